using System.Diagnostics;
using System.Text;

namespace Aspire.Hosting.Dcp;

/// <summary>Aspire's own programs: DCP, which runs the processes, and the dashboard.</summary>
internal sealed record AspireBundle(string Dcp, string Dashboard)
{
    private const string SeeAlso = "Or install the Aspire CLI, or name the directory of dcp in ASPIRE_DCP_PATH and the file aspire-managed in ASPIRE_DASHBOARD_PATH.";

    /// <summary>NuGet does not have every version that npm has.</summary>
    private const string ToolVersion = "13.6.5";

    private static readonly TimeSpan RunDeadline = TimeSpan.FromMinutes(5);
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    /// <summary>Finds the programs (named in the environment, unpacked by an Aspire CLI, on the PATH) or installs them once below the user's cache.</summary>
    public static async Task<AspireBundle> FindAsync(Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var home = environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var dcp = environment("ASPIRE_DCP_PATH") is { Length: > 0 } directory ? Existing(Path.Combine(directory, $"dcp{Suffix}"), "ASPIRE_DCP_PATH") : null;
        var dashboard = environment("ASPIRE_DASHBOARD_PATH") is { Length: > 0 } file ? Existing(file, "ASPIRE_DASHBOARD_PATH") : null;
        if (dcp is not null && dashboard is not null)
        {
            return new AspireBundle(dcp, dashboard);
        }

        var found = Below(Path.Combine(home, ".aspire"));
        if (found is null && OnPath(environment, $"aspire{Suffix}") is { } aspire)
        {
            found = await UnpackAsync(File.ResolveLinkTarget(aspire, returnFinalTarget: true)?.FullName ?? aspire, home, cancellationToken);
        }

        found ??= await InstallAsync(environment, home, cancellationToken);
        return new AspireBundle(dcp ?? found.Dcp, dashboard ?? found.Dashboard);
    }

    private static string Existing(string path, string variable) => File.Exists(path)
        ? path
        : throw new DistributedApplicationException($"{variable} leads to {path}, which does not exist. Correct it, or unset it to have Aspire's programs found.");

    private static AspireBundle? Below(string directory)
    {
        var bundle = Path.Combine(directory, "bundle");
        var candidate = new AspireBundle(Path.Combine(bundle, "dcp", $"dcp{Suffix}"), Path.Combine(bundle, "managed", $"aspire-managed{Suffix}"));
        return File.Exists(candidate.Dcp) && File.Exists(candidate.Dashboard) ? candidate : null;
    }

    private static string? OnPath(Func<string, string?> environment, string program) =>
        (environment("PATH") ?? "").Split(Path.PathSeparator).Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    /// <summary>An Aspire CLI carries the bundle and unpacks it beside itself or below the home directory.</summary>
    private static async Task<AspireBundle?> UnpackAsync(string aspire, string home, CancellationToken cancellationToken)
    {
        await RunAsync(aspire, ["setup", "--non-interactive", "--nologo"], home, home, cancellationToken);
        return Below(Path.GetDirectoryName(Path.GetDirectoryName(aspire))!) ?? Below(Path.Combine(home, ".aspire"));
    }

    private static async Task<AspireBundle> InstallAsync(Func<string, string?> environment, string home, CancellationToken cancellationToken)
    {
        var lockFile = Resource("package-lock.json");
        var caches = environment("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) : Path.Combine(home, ".cache");
        var directory = Path.Combine(caches, "tempocos", $"aspire-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lockFile)))[..12]}");
        try
        {
            Directory.CreateDirectory(directory);
            await using var one = await LockAsync(Path.Combine(directory, ".lock"), cancellationToken);
            var complete = Path.Combine(directory, ".complete");
            if (File.Exists(complete) && Below(await File.ReadAllTextAsync(complete, cancellationToken)) is { } installed)
            {
                return installed;
            }

            var aspire = await ByNpmAsync(environment, directory, home, lockFile, cancellationToken) ?? await BySdkAsync(environment, directory, home, cancellationToken);
            var bundle = await UnpackAsync(aspire, directory, cancellationToken)
                ?? throw new DistributedApplicationException($"{aspire} setup did not unpack DCP and the dashboard below {directory}. {SeeAlso}");
            await File.WriteAllTextAsync(complete, Path.GetFullPath(Path.Combine(bundle.Dcp, "..", "..", "..")), cancellationToken);
            return bundle;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"Aspire's DCP and dashboard cannot be installed into {directory}: {exception.Message} Name a writable directory in XDG_CACHE_HOME. {SeeAlso}", exception);
        }
    }

    /// <summary>The CLI from npm, where there is npm and the package for this platform; else null.</summary>
    private static async Task<string?> ByNpmAsync(Func<string, string?> environment, string directory, string home, string lockFile, CancellationToken cancellationToken)
    {
        if (OnPath(environment, OperatingSystem.IsWindows() ? "npm.cmd" : "npm") is not { } npm)
        {
            return null;
        }

        Console.Error.WriteLine($"Installing Aspire's DCP and dashboard, once, from npm into {directory}");
        await File.WriteAllTextAsync(Path.Combine(directory, "package.json"), Resource("package.json"), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "package-lock.json"), lockFile, cancellationToken);
        await RunAsync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], directory, home, cancellationToken);
        return Cli(Path.Combine(directory, "node_modules"));
    }

    /// <summary>The CLI as a tool of the .NET SDK, which has it for every platform.</summary>
    private static async Task<string> BySdkAsync(Func<string, string?> environment, string directory, string home, CancellationToken cancellationToken)
    {
        var sdk = OnPath(environment, $"dotnet{Suffix}")
            ?? throw new DistributedApplicationException($"Aspire's DCP and dashboard are not on this machine, and neither npm nor dotnet, which would install them, is on the PATH. {SeeAlso}");
        var tools = Path.Combine(directory, "tools");
        Console.Error.WriteLine($"Installing Aspire's DCP and dashboard, once, from NuGet into {directory}");

        // An update of what is not there installs it, and one of what an interrupted start has left is no error.
        await RunAsync(sdk, ["tool", "update", "Aspire.Cli", "--version", ToolVersion, "--tool-path", tools], directory, home, cancellationToken);
        return Cli(Path.Combine(tools, ".store")) ?? throw new DistributedApplicationException($"The NuGet package of the Aspire CLI has nothing for this platform. {SeeAlso}");
    }

    private static string? Cli(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFiles(directory, $"aspire{Suffix}", SearchOption.AllDirectories).FirstOrDefault() : null;

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(AspireBundle).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>Two first starts at once install once.</summary>
    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        for (var deadline = Stopwatch.StartNew(); ; await Task.Delay(100, cancellationToken))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (File.Exists(path))
            {
                if (deadline.Elapsed >= RunDeadline)
                {
                    throw new DistributedApplicationException(
                        $"Another start has held {path} for {RunDeadline.TotalMinutes} minutes, as it does while it installs Aspire's DCP and dashboard. End it, and start again. {SeeAlso}", exception);
                }
            }
        }
    }

    private static async Task RunAsync(string program, string[] args, string directory, string home, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["HOME"] = home;
        start.Environment["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "true";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).WaitAsync(RunDeadline, cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new DistributedApplicationException($"'{program} {string.Join(' ', args)}' ended with exit code {process.ExitCode}: {(await error + await output).Trim()} {SeeAlso}");
            }
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or TimeoutException)
        {
            throw new DistributedApplicationException($"'{program} {string.Join(' ', args)}' has failed: {exception.Message} {SeeAlso}", exception);
        }
    }
}
