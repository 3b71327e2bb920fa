using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using TempoCos.Contracts;

namespace TempoCos.Pipeline.Commands;

/// <summary>Where a manifest comes from: a file, a folder of them, or standard input. Each file's text stands behind a comment that names it, for errors to name it too.</summary>
internal sealed class ManifestOption
{
    private static readonly string[] Kustomizations = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

    private readonly Option<string> _manifest = new("--manifest")
    {
        Description = "TempoStack or TempoMonolithic to deploy instead of the scenario's own, and what is to be there before it: a file, a folder (its *.yaml and *.yml in order), or - for standard input; documents apart by ---.",
        HelpName = "FILE|DIR|-",
    };

    private string? _standardInput;

    public ManifestOption() => _manifest.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string>() is { } path && Fault(path) is { } fault)
        {
            OptionRule.Require(result, false, fault);
        }
    });

    public void AddTo(Command command) => command.Add(_manifest);

    /// <summary>The text; empty when the option is not given.</summary>
    /// <exception cref="DiagnosticException">It cannot be read.</exception>
    public string Read(ParseResult parsed)
    {
        switch (parsed.GetValue(_manifest))
        {
            case null:
                return "";
            case "-":
                return _standardInput ??= Console.In.ReadToEnd();
            case var path:
                try
                {
                    return Directory.Exists(path) ? string.Join("---\n", Files(path).Select(Named)) : Named(path);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    throw new DiagnosticException("TC344", path, $"The manifest cannot be read: {exception.Message.TrimEnd('.')}", "Name a file or folder that this user may read.", exception);
                }
        }
    }

    private static string? Fault(string path)
    {
        if (path == "-")
        {
            return Console.IsInputRedirected ? null : "nothing is piped into standard input";
        }

        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? null : "does not exist";
        }

        return Array.Exists(Kustomizations, name => File.Exists(Path.Combine(path, name)))
            ? $"is a Kustomize folder; build it and pipe it in: kubectl kustomize {path} | tempocos run --manifest -"
            : Files(path).Any() ? null : "has no *.yaml or *.yml in it";
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".yaml" or ".yml").Order(StringComparer.Ordinal);

    private static string Named(string file)
    {
        var text = new StringBuilder($"# tempocos-file: {file}\n").Append(File.ReadAllText(file).TrimStart('\uFEFF'));
        return text[^1] == '\n' ? text.ToString() : text.Append('\n').ToString();
    }
}
