"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { test } = require("node:test");
const { find } = require("../src/program");

function folder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), "trireme-vscode-"));
}

function program(file, mode = 0o755) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, "#!/bin/sh\n", { mode });
  return file;
}

test("the program of the setting is taken, or none", () => {
  const home = folder();
  const own = program(path.join(home, "own", "trireme"));
  program(path.join(home, "bin", "trireme"));
  assert.equal(find("~/own/trireme", { PATH: path.join(home, "bin") }, home), own);
  assert.equal(find(path.join(home, "missing"), { PATH: path.join(home, "bin") }, home), undefined);
});

test("the first program on the PATH is taken, then that of the person", () => {
  const home = folder();
  const personal = program(path.join(home, ".local", "bin", "trireme"));
  const first = path.join(home, "a");
  fs.mkdirSync(first);
  assert.equal(find("", { PATH: first }, home), personal);
  const global = program(path.join(home, "b", "trireme"));
  assert.equal(find("", { PATH: [first, path.join(home, "b")].join(path.delimiter) }, home), global);
});

test("what cannot be run and what is a folder is passed over", () => {
  const home = folder();
  program(path.join(home, "a", "trireme"), 0o644);
  fs.mkdirSync(path.join(home, "b", "trireme"), { recursive: true });
  assert.equal(find("", { PATH: [path.join(home, "a"), path.join(home, "b")].join(path.delimiter) }, home), undefined);
  assert.equal(find("", {}, home), undefined);
});
