using System.Text;
using Google.Protobuf;

namespace TempoCos.Tempo.Distributor.Export;

/// <summary>
/// Puts the replacement character in place of what is no UTF-8 in a request's texts: Tempo takes such requests and shows them so, while
/// readers of protobuf refuse them.
/// </summary>
internal static class Utf8Repair
{
    private const string Text = "";

    // By message: its fields that are texts or messages.
    private static readonly Dictionary<string, Dictionary<int, string>> Fields = new()
    {
        ["Export"] = new() { [1] = "Batch" },
        ["Batch"] = new() { [1] = "Resource", [2] = "ScopeSpans", [3] = Text },
        ["Resource"] = new() { [1] = "KeyValue" },
        ["ScopeSpans"] = new() { [1] = "Scope", [2] = "Span", [3] = Text },
        ["Scope"] = new() { [1] = Text, [2] = Text, [3] = "KeyValue" },
        ["Span"] = new() { [3] = Text, [5] = Text, [9] = "KeyValue", [11] = "Event", [13] = "Link", [15] = "Status" },
        ["Event"] = new() { [2] = Text, [3] = "KeyValue" },
        ["Link"] = new() { [3] = Text, [4] = "KeyValue" },
        ["Status"] = new() { [2] = Text },
        ["KeyValue"] = new() { [1] = Text, [2] = "Value" },
        ["Value"] = new() { [1] = Text, [5] = "Values", [6] = "Pairs" },
        ["Values"] = new() { [1] = "Value" },
        ["Pairs"] = new() { [1] = "KeyValue" },
    };

    /// <summary>The request was walked before: it is well formed and not too deep.</summary>
    public static byte[] Run(ReadOnlySpan<byte> message) => Run(message, "Export");

    private static byte[] Run(ReadOnlySpan<byte> message, string type)
    {
        using var bytes = new MemoryStream(message.Length);
        var reader = new WireReader(message, 0, message.Length);
        while (reader.More)
        {
            var start = reader.Position;
            var tag = reader.ReadTag();
            if ((tag & 7) != 2 || !Fields[type].TryGetValue((int)(tag >> 3), out var inner))
            {
                reader.Skip(tag);
                bytes.Write(message[start..reader.Position]);
                continue;
            }

            var block = reader.ReadBlock();
            var content = message[block.Start..block.End];
            using var output = new CodedOutputStream(bytes, leaveOpen: true);
            output.WriteTag(tag);
            output.WriteBytes(UnsafeByteOperations.UnsafeWrap(inner == Text ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content)) : Run(content, inner)));
        }

        return bytes.ToArray();
    }
}
