using System.Text.Unicode;
using Grpc.Core;

namespace TempoCos.Tempo.Distributor.Export;

/// <content>Attributes and texts.</content>
internal sealed partial class ExportWalk
{
    // Readers of protobuf stop at 100 levels of messages; what is kept here is read inside other messages, too.
    private const int MaxDepth = 90;

    private void ReadKeyValue(ReadOnlySpan<byte> message, (int Start, int End) block, int depth, bool outer)
    {
        var value = false;
        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 10: Attribute(message, reader.ReadBlock(), outer); break;
                case 18:
                    IsOdd |= value;
                    value = true;
                    ReadValue(message, reader.ReadBlock(), depth + 1, outer);
                    break;
                default: Unknown(ref reader, tag, 2, "KeyValue"); break;
            }
        }

        // The collector's model has a value always.
        IsOdd |= !value;
    }

    private void ReadValue(ReadOnlySpan<byte> message, (int Start, int End) block, int depth, bool outer)
    {
        if (depth > MaxDepth)
        {
            throw new PushFailureException(StatusCode.InvalidArgument, "the value of an attribute is nested too deeply");
        }

        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            switch (tag)
            {
                case 10: Attribute(message, reader.ReadBlock(), outer); break;
                case 16 or 24: reader.ReadVarint(); break;
                case 33: reader.Advance(8); break;
                case 42 or 50: ReadList(message, reader.ReadBlock(), depth + 1, tag == 50); break;
                case 58: reader.ReadBlock(); break;
                default: Unknown(ref reader, tag, 7, "AnyValue"); break;
            }
        }
    }

    // Strings inside are left as long as they are.
    private void ReadList(ReadOnlySpan<byte> message, (int Start, int End) block, int depth, bool pairs)
    {
        var reader = new WireReader(message, block.Start, block.End);
        while (reader.More)
        {
            var tag = reader.ReadTag();
            if (tag != 10)
            {
                Unknown(ref reader, tag, 1, pairs ? "KeyValueList" : "ArrayValue");
            }
            else if (pairs)
            {
                ReadKeyValue(message, reader.ReadBlock(), depth + 1, false);
            }
            else
            {
                ReadValue(message, reader.ReadBlock(), depth + 1, false);
            }
        }
    }

    private void Attribute(ReadOnlySpan<byte> message, (int Start, int End) block, bool outer)
    {
        LongestAttribute = outer ? Math.Max(LongestAttribute, block.End - block.Start) : LongestAttribute;
        Text(message, block);
    }

    private void Text(ReadOnlySpan<byte> message, (int Start, int End) block) => HasBadText |= !Utf8.IsValid(message[block.Start..block.End]);
}
