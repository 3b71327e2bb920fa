using Grpc.Core;
using TempoCos.Otlp;

namespace TempoCos.Tempo.Distributor.Json;

/// <summary>Attributes and their values, which may be nested, but not without end.</summary>
internal static class AttributeJson
{
    private const int MaxDepth = 40;

    public static KeyValue Read(ref JsonCursor cursor, int depth)
    {
        var pair = new KeyValue { Value = new AnyValue() };
        while (cursor.NextField() is { } name)
        {
            switch (name)
            {
                case "key": pair.Key = cursor.ReadString(); break;
                case "value": pair.Value = ReadAnyValue(ref cursor, depth); break;
                default: cursor.Skip(); break;
            }
        }

        return pair;
    }

    private static AnyValue ReadAnyValue(ref JsonCursor cursor, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new PushFailureException(StatusCode.InvalidArgument, "the value of an attribute is nested too deeply");
        }

        var any = new AnyValue();
        while (cursor.NextField() is { } name)
        {
            switch (name)
            {
                case "stringValue" or "string_value": any.StringValue = cursor.ReadString(); break;
                case "boolValue" or "bool_value": any.BoolValue = cursor.ReadBoolean(); break;
                case "intValue" or "int_value": any.IntValue = JsonScalars.Signed(ref cursor); break;
                case "doubleValue" or "double_value": any.DoubleValue = JsonScalars.Double(ref cursor); break;
                case "bytesValue" or "bytes_value": any.BytesValue = JsonScalars.Base64(ref cursor); break;
                case "arrayValue" or "array_value": any.ArrayValue = ReadArray(ref cursor, depth + 1); break;
                case "kvlistValue" or "kvlist_value": any.KvlistValue = ReadPairs(ref cursor, depth + 1); break;
                default: cursor.Skip(); break;
            }
        }

        return any;
    }

    private static ArrayValue ReadArray(ref JsonCursor cursor, int depth)
    {
        var array = new ArrayValue();
        while (cursor.NextField() is { } name)
        {
            if (name != "values")
            {
                cursor.Skip();
                continue;
            }

            for (var inside = false; cursor.NextElement(ref inside);)
            {
                array.Values.Add(ReadAnyValue(ref cursor, depth));
            }
        }

        return array;
    }

    private static KeyValueList ReadPairs(ref JsonCursor cursor, int depth)
    {
        var pairs = new KeyValueList();
        while (cursor.NextField() is { } name)
        {
            if (name != "values")
            {
                cursor.Skip();
                continue;
            }

            for (var inside = false; cursor.NextElement(ref inside);)
            {
                pairs.Values.Add(Read(ref cursor, depth));
            }
        }

        return pairs;
    }
}
