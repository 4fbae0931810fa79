# Freezes the studio on Windows and packs it as a zip file. UNTESTED: nobody has run this; it says how it would go.
#
# Needs Python 3.11 to 3.13 from python.org. The embedded engine exists for Linux only, so on Windows the studio checks,
# edits, serves with Docker and attaches to servers.
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "../..")

$env:PYTHONHASHSEED = "1"
$env:SOURCE_DATE_EPOCH = (git log -1 --format=%ct)

function Invoke-Checked {
    & $args[0] $args[1..($args.Length - 1)]
    if ($LASTEXITCODE -ne 0) { throw "$($args[0]) ended with $LASTEXITCODE" }
}

Invoke-Checked py -3 -m venv build/venv
$python = "build/venv/Scripts/python.exe"
Invoke-Checked $python -m pip install --constraint packaging/constraints.txt ".[gui]" pyinstaller
Invoke-Checked $python -m PyInstaller -y --distpath build/frozen --workpath build/work packaging/freeze/trireme.spec
Invoke-Checked build/frozen/trireme/trireme.exe --version

New-Item -ItemType Directory -Force dist | Out-Null
Compress-Archive -Force -Path build/frozen/trireme -DestinationPath dist/trireme-windows-x86_64.zip
Write-Output "dist/trireme-windows-x86_64.zip is built, and untested."
