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
        from DictionaryEntry variable in Environment.GetEnvironmentVariables()
        let name = (string)variable.Key
        where Names.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal)
            || (name.StartsWith("DOTNET_", StringComparison.Ordinal) && !NotInherited.Contains(name))
        select KeyValuePair.Create(name, (string?)variable.Value ?? "");
}
