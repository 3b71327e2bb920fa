using System.Collections;

namespace Aspire.Hosting.Dcp;

/// <summary>What a process is given of the AppHost's own environment: where programs, homes and certificates are, and nothing that may be a secret.</summary>
internal static class AmbientVariables
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "TMP", "TEMP", "TERM", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "SystemRoot", "SystemDrive", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "NUMBER_OF_PROCESSORS",
    };

    private static readonly string[] NotInherited = ["DOTNET_ENVIRONMENT", "DOTNET_LAUNCH_PROFILE", "DOTNET_URLS", "DOTNET_STARTUP_HOOKS"];

    public static IEnumerable<KeyValuePair<string, string>> Current() =>
        Of(Environment.GetEnvironmentVariables(), OperatingSystem.IsWindows() ? "" : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>DCP does not start without a HOME, which services and jobs of a machine often do not have.</summary>
    /// <param name="profile">The user's home directory, as the system knows it; empty where none is to be given.</param>
    internal static IEnumerable<KeyValuePair<string, string>> Of(IDictionary environment, string profile) =>
        Passed(environment).Concat(environment.Contains("HOME") || profile.Length == 0 ? [] : [KeyValuePair.Create("HOME", profile)]);

    private static IEnumerable<KeyValuePair<string, string>> Passed(IDictionary environment) =>
        from DictionaryEntry variable in environment
        let name = (string)variable.Key
        where Names.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)
            || (name.StartsWith("DOTNET_", StringComparison.Ordinal) && !NotInherited.Contains(name))
        select KeyValuePair.Create(name, (string?)variable.Value ?? "");
}
