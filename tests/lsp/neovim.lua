-- Opens CONFIG, mends its first problem by the first fix that the server offers, waits until nothing is left, and saves.
vim.cmd("edit " .. vim.env.CONFIG)

local function wait(what, done)
  if not vim.wait(60000, done, 20) then
    io.stdout:write("waited in vain for " .. what .. "\n")
    vim.cmd("cquit 1")
  end
end

wait("problems", function() return #vim.diagnostic.get(0) > 0 end)
local problem = vim.diagnostic.get(0)[1]
io.stdout:write(("%d %s\n"):format(problem.lnum, problem.code))
local client = (vim.lsp.get_clients or vim.lsp.get_active_clients)()[1]
local answer = client.request_sync("textDocument/codeAction", {
  textDocument = vim.lsp.util.make_text_document_params(),
  range = {
    start = { line = problem.lnum, character = problem.col },
    ["end"] = { line = problem.end_lnum, character = problem.end_col },
  },
  context = { diagnostics = {} },
}, 60000, 0)
vim.lsp.util.apply_workspace_edit(answer.result[1].edit, client.offset_encoding)
wait("no problems", function() return #vim.diagnostic.get(0) == 0 end)
vim.cmd("write")
vim.cmd("qall")
