namespace TempoCos.Cluster.Api.Protobuf;

/// <summary>
/// The messages of the built-in kinds, from messages.txt: first <c>APIVERSION.KIND = MESSAGE</c> for each kind, then each message's name with a
/// line <c>NUMBER NAME TYPE</c> for each of its fields, as <see cref="FieldShape.Parse"/> reads types.
/// </summary>
public static class KnownMessages
{
    private static readonly string[] KindsOfEveryGroup = ["DeleteOptions"];
    private static readonly Dictionary<string, string> Kinds = [];
    private static readonly Dictionary<string, MessageShape> Messages = [];

    static KnownMessages()
    {
        using var file = new StreamReader(typeof(KnownMessages).Assembly.GetManifestResourceStream("TempoCos.Cluster.Protobuf.messages.txt")!);
        foreach (var part in file.ReadToEnd().ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = part.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines[0].Split(" = ") is { Length: 2 })
            {
                foreach (var kind in lines.Select(line => line.Split(" = ")))
                {
                    Kinds.Add(kind[0], kind[1]);
                }
            }
            else
            {
                Messages.Add(lines[0], new(lines.Skip(1).Select(Field)));
            }
        }
    }

    /// <summary>runtime.Unknown.</summary>
    public static MessageShape Envelope { get; } = new(
        (1, "typeMeta", FieldShape.Parse("type", _ => new((1, "apiVersion", Text), (2, "kind", Text)))),
        (2, "raw", FieldShape.Parse("bytes", Find)));

    private static FieldShape Text => FieldShape.Parse("text", Find);

    public static MessageShape? Find(string apiVersion, string kind) =>
        Kinds.TryGetValue(KindsOfEveryGroup.Contains(kind) ? $"v1.{kind}" : $"{apiVersion}.{kind}", out var message) ? Find(message) : null;

    private static MessageShape Find(string message) => Messages[message];

    private static (int Number, string Name, FieldShape Shape) Field(string line)
    {
        var words = line.Split(' ');
        return (int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture), words[1], FieldShape.Parse(words[2], Find));
    }
}
