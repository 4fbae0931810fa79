// Finds the trireme program. Kept free of VS Code's own modules, so that it can be tested without it.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** Whether a file is there that may be run. */
function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The places where a program may be, the likeliest first. */
function places(name, environment, home) {
  const folders = (environment.PATH || environment.Path || "").split(path.delimiter).filter(Boolean);
  const endings = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  const all = [...folders, path.join(home, ".local", "bin")];
  return all.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)));
}

/**
 * The program of a setting, or the first that is found; undefined where there is none.
 * A setting is never searched for: what it names is taken, with "~" for the home folder.
 */
function find(setting, environment = process.env, home = os.homedir()) {
  if (setting) {
    const named = setting.startsWith("~") ? path.join(home, setting.slice(1)) : setting;
    return isProgram(named) ? named : undefined;
  }
  return places("trireme", environment, home).find(isProgram);
}

module.exports = { find };
