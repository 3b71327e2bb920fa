using System.CommandLine;

namespace TempoCos.Pipeline.Blocks;

/// <summary>
/// The words of a command line: what it is about, then the location. The location may also come first: the word that can only be one is taken.
/// </summary>
internal sealed class LocationArguments
{
    private readonly Argument<string[]>? _subjects;
    private readonly Argument<string> _location = new("LOCATION") { Description = "Directory, or s3://BUCKET[/PREFIX]." };

    private LocationArguments(Argument<string[]>? subjects) => _subjects = subjects;

    public static LocationArguments Alone() => new(null);

    public static LocationArguments After(string name, string description, ArgumentArity arity) => new(new Argument<string[]>(name)
    {
        Description = description,
        Arity = arity,
        // The last word is left for the location.
        CustomParser = result =>
        {
            var taken = Math.Max(0, result.Tokens.Count - (arity.MaximumNumberOfValues > 1 ? 1 : 0));
            result.OnlyTake(taken);
            return [.. result.Tokens.Take(taken).Select(token => token.Value)];
        },
    });

    public void AddTo(Command command)
    {
        if (_subjects is not null)
        {
            command.Add(_subjects);
        }

        command.Add(_location);
    }

    public (string[] Subjects, string Location) Read(ParseResult parsed)
    {
        var location = parsed.GetRequiredValue(_location);
        string[] subjects = _subjects is null ? [] : parsed.GetValue(_subjects) ?? [];
        return subjects is [var first, .. var rest] && BlockLocation.IsMeant(first) && !BlockLocation.IsMeant(location)
            ? ([.. rest, location], first)
            : (subjects, location);
    }
}
