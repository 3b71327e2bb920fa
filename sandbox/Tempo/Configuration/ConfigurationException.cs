using TempoCos.Contracts;

namespace TempoCos.Tempo.Configuration;

/// <summary>The diagnostics of a configuration that cannot be used; one place, so that their codes stay unique.</summary>
internal static class ConfigurationException
{
    public static DiagnosticException FileUnreadable(string path, string reason) =>
        new("TC351", path, $"the configuration file cannot be read: {reason}", "Name a readable YAML file with -config.file.");

    public static DiagnosticException NotYaml(string path, string reason) =>
        new("TC352", path, $"the configuration file is not valid YAML: {reason}", "Correct the file at the named line.");

    public static DiagnosticException BadValue(string key, string value, string expected) =>
        new("TC353", $"{key}: {value}", $"the value is not {expected}", $"Give {key} {expected}.");

    public static DiagnosticException UnknownTarget(string target) =>
        new("TC354", target, "there is no such target", $"Use one of {string.Join(", ", Target.Names)}.");

    public static DiagnosticException UnknownFlag(string flag) =>
        new("TC355", flag, "there is no such flag", "Run with --help for the list of flags.");

    public static DiagnosticException UnknownBackend(string backend) =>
        new("TC356", backend, "this storage backend is not supported", "Set storage.trace.backend to s3 or local.");

    public static DiagnosticException UnknownKeys(string file, IReadOnlyList<string> faults) =>
        new("TC357", $"{file}: {string.Join("; ", faults)}", "the configuration has keys that Tempo does not know", "Correct their spelling or place, or take them out.");
}
