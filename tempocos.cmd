@echo off
rem The tempocos command: builds on first use. See the bash script of the same name.
setlocal
set "root=%~dp0"
where dotnet >nul 2>nul || (
  echo tempocos: TC908: the .NET SDK is missing. Install the .NET 10 SDK, then run again. 1>&2
  exit /b 3
)
set DOTNET_NOLOGO=1
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
dotnet build "%root%TempoCos.AppHost" -v quiet -nologo -clp:NoSummary 1>&2 || (
  echo tempocos: TC909: the build failed. Correct what the compiler says above. 1>&2
  exit /b 3
)
if not defined TempoCos__Home set "TempoCos__Home=%root%.tempocos"
if not defined TEMPOCOS_APPHOST set "TEMPOCOS_APPHOST=%root%TempoCos.AppHost\bin\Debug\net10.0\TempoCos.AppHost.dll"
if not "%~1"=="sandbox" (
  dotnet "%root%services\Pipeline\bin\Debug\net10.0\tempocos.dll" %*
  exit /b %errorlevel%
)
set "room="
if "%~2"=="cos" set "room=IbmCloud"
if "%~2"=="cluster" set "room=Cluster"
if "%~2"=="tempo" set "room=Tempo"
if not defined room (
  echo tempocos: sandbox: must be cos, cluster or tempo, as in: tempocos sandbox cos --help 1>&2
  exit /b 2
)
set "rest="
:next
shift /2
if not "%~2"=="" (
  set rest=%rest% "%~2"
  goto next
)
dotnet "%root%sandbox\%room%\bin\Debug\net10.0\TempoCos.%room%.dll" %rest%
exit /b %errorlevel%
