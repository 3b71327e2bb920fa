using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TempoCos.Contracts;
using YamlDotNet.Core;

namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>
/// <c>PATH=VALUE</c>, as Helm writes it: keys with dots between, <c>[0]</c> into lists, <c>\.</c> for a dot in a key, or the key in quotes. The value is YAML;
/// <c>null</c> takes the field away, and nothing at all is the empty text.
/// </summary>
internal sealed class SetExpression
{
    private const string Fix = "Write PATH=VALUE, such as spec.retention.global.traces=24h, spec.env[0].name=A or 'metadata.annotations.example\\.com/a=b'.";

    private readonly List<(string? Key, int Index)> _path;
    private readonly JsonNode? _value;

    private SetExpression(string text, List<(string? Key, int Index)> path, JsonNode? value)
    {
        Path = text;
        _path = path;
        _value = value;
    }

    /// <summary>As it was written.</summary>
    public string Path { get; }

    public static SetExpression Parse(string text)
    {
        var reader = new Reader(text);
        var path = reader.Path();
        var written = text[..reader.Position];
        var value = text[(reader.Position + 1)..];
        CheckRoot(path, written);
        try
        {
            return new SetExpression(written, path, value.Length == 0 ? JsonValue.Create("") : ManifestText.Value(value));
        }
        catch (YamlException exception)
        {
            throw Wrong(written, $"The value is not YAML: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    public void ApplyTo(JsonObject document)
    {
        JsonNode node = document;
        for (var at = 0; at < _path.Count; at++)
        {
            var (key, index) = _path[at];
            if (at == _path.Count - 1)
            {
                Put(node, key, index);
                return;
            }

            var next = key is null ? Element(node, index) : Member(node, key);
            if (next is null)
            {
                if (_value is null)
                {
                    return;
                }

                next = _path[at + 1].Key is null ? new JsonArray() : new JsonObject();
                Store(node, key, index, next);
            }

            node = next;
        }
    }

    public override string ToString() => Path;

    private void Put(JsonNode node, string? key, int index)
    {
        if (_value is not null)
        {
            Store(node, key, index, _value.DeepClone());
        }
        else if (key is not null)
        {
            Mapping(node, key).Remove(key);
        }
        else if (Element(node, index) is not null)
        {
            node.AsArray().RemoveAt(index);
        }
    }

    private void Store(JsonNode node, string? key, int index, JsonNode value)
    {
        if (key is not null)
        {
            Mapping(node, key)[key] = value;
            return;
        }

        var list = List(node, index);
        if (index == list.Count)
        {
            list.Add(value);
        }
        else if (index < list.Count)
        {
            list[index] = value;
        }
        else
        {
            throw Wrong(Path, $"[{index}] is beyond the end of a list of {list.Count}");
        }
    }

    private JsonNode? Member(JsonNode node, string key) => Mapping(node, key)[key];

    private JsonNode? Element(JsonNode node, int index) => List(node, index) is var list && index < list.Count ? list[index] : null;

    private JsonObject Mapping(JsonNode node, string key) => node as JsonObject ?? throw Wrong(Path, $"{key} is looked for in what is no mapping");

    private JsonArray List(JsonNode node, int index) => node as JsonArray ?? throw Wrong(Path, $"[{index}] is looked for in what is no list");

    private static void CheckRoot(List<(string? Key, int Index)> path, string written)
    {
        var allowed = path[0].Key switch
        {
            "spec" => path.Count > 1,
            "metadata" => path.Count > 2 && path[1].Key is "labels" or "annotations",
            _ => false,
        };
        if (!allowed)
        {
            throw Wrong(written, "Only what is under spec, metadata.labels and metadata.annotations can be set");
        }
    }

    private static DiagnosticException Wrong(string value, string reason, Exception? inner = null) => new(Codes.SetPath, value.Length > 0 ? value : "(empty)", reason, Fix, inner);

    /// <summary>Reads the path up to the equals sign.</summary>
    private sealed class Reader(string text)
    {
        public int Position { get; private set; }

        private char? Next => Position < text.Length ? text[Position] : null;

        public List<(string? Key, int Index)> Path()
        {
            List<(string? Key, int Index)> path = [(Key(), 0)];
            while (true)
            {
                switch (Next)
                {
                    case '=':
                        return path;
                    case '.':
                        Position++;
                        path.Add((Key(), 0));
                        break;
                    case '[':
                        path.Add(Bracket());
                        break;
                    default:
                        throw Wrong(text.Split('=')[0], Next is { } odd ? $"'{odd}' is not expected after a key" : "There is no '=' with a value behind the path");
                }
            }
        }

        private string Key()
        {
            if (Next is '"' or '\'')
            {
                return Quoted();
            }

            var key = new StringBuilder();
            for (; Next is { } next and not ('.' or '[' or '='); Position++)
            {
                if (next == '\\')
                {
                    Position++;
                    if (Next is null)
                    {
                        break;
                    }
                }

                key.Append(Next);
            }

            return key.Length > 0 ? key.ToString() : throw Wrong(text.Split('=')[0], "A key of the path is empty");
        }

        private string Quoted()
        {
            var quote = text[Position];
            var end = text.IndexOf(quote, Position + 1);
            if (end < 0)
            {
                throw Wrong(text.Split('=')[0], "A quoted key is not closed");
            }

            var key = text[(Position + 1)..end];
            Position = end + 1;
            return key.Length > 0 ? key : throw Wrong(text.Split('=')[0], "A key of the path is empty");
        }

        private (string? Key, int Index) Bracket()
        {
            Position++;
            (string? Key, int Index) step;
            if (Next is '"' or '\'')
            {
                step = (Quoted(), 0);
            }
            else
            {
                var end = text.IndexOf(']', Position);
                if (end < 0 || !int.TryParse(text.AsSpan(Position, end - Position), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                {
                    throw Wrong(text.Split('=')[0], "Between brackets stands the index of a list, from 0, or a quoted key");
                }

                Position = end;
                step = (null, index);
            }

            if (Next != ']')
            {
                throw Wrong(text.Split('=')[0], "A bracket is not closed");
            }

            Position++;
            return step;
        }
    }
}
