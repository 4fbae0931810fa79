// Finds and starts `trireme lsp`, and nothing else: all that it knows is in the program.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");
const { find } = require("./program");

const INSTALL = "pipx install trireme-studio";
let client;

async function start() {
  const settings = vscode.workspace.getConfiguration("trireme");
  const command = find(settings.get("path", ""));
  if (!command) {
    await explain(settings.get("path", ""));
    return;
  }
  const args = ["lsp", ...settings.get("arguments", [])];
  client = new LanguageClient(
    "trireme",
    "Trireme",
    { command, args },
    { documentSelector: [{ scheme: "file", language: "triton-config" }] },
  );
  await client.start();
}

async function explain(path) {
  const where = path ? `There is no program ${path}, as trireme.path says.` : "The program trireme is not on the PATH.";
  const answer = await vscode.window.showWarningMessage(`${where} Install it: ${INSTALL}`, "Open Settings", "Copy the Command");
  if (answer === "Open Settings") {
    await vscode.commands.executeCommand("workbench.action.openSettings", "trireme.path");
  } else if (answer === "Copy the Command") {
    await vscode.env.clipboard.writeText(INSTALL);
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running) {
    await running.dispose();
  }
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(vscode.commands.registerCommand("trireme.restart", restart));
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => (event.affectsConfiguration("trireme") ? restart() : undefined)),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
