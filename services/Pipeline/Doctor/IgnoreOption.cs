using System.CommandLine;
using System.CommandLine.Parsing;
using TempoCos.Pipeline.Doctor.Explaining;

namespace TempoCos.Pipeline.Doctor;

/// <summary><c>--ignore CODE</c>: a failure that the caller wants to live with.</summary>
internal sealed class IgnoreOption
{
    private readonly Option<string[]> _codes = new("--ignore")
    {
        Description = "A failure of this check is only a warning; may be repeated, or several with commas.",
        HelpName = "CODE",
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(code => Known(result, code))],
    };

    public void AddTo(Command command) => command.Add(_codes);

    public IReadOnlyCollection<string> Read(ParseResult parsed) => parsed.GetValue(_codes) ?? [];

    private static string Known(ArgumentResult result, string code)
    {
        var upper = code.ToUpperInvariant();
        if (Explanations.Find(upper) is null)
        {
            result.AddError($"--ignore {code}: there is no such code; did you mean {string.Join(", ", Explanations.Near(upper))}?");
        }

        return upper;
    }
}
