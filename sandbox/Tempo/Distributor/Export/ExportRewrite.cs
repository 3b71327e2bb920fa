using Google.Protobuf;
using Google.Protobuf.Collections;
using TempoCos.Otlp;

namespace TempoCos.Tempo.Distributor.Export;

/// <summary>Brings a legal but odd request into the form that is kept: one resource a batch, values everywhere, no zero ids, no long attributes.</summary>
internal static class ExportRewrite
{
    /// <summary>The rewritten bytes and how many attributes were cut.</summary>
    public static (byte[] Message, int Truncated) Run(ReadOnlySpan<byte> message, bool badText, int maxAttributeBytes)
    {
        ExportTraceServiceRequest request;
        try
        {
            request = ExportTraceServiceRequest.Parser.ParseFrom(badText ? Utf8Repair.Run(message) : message);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new MalformedExportException(exception.Message, exception);
        }

        foreach (var batch in request.ResourceSpans)
        {
            Fill(batch.Resource?.Attributes);
            foreach (var scope in batch.ScopeSpans)
            {
                Fill(scope.Scope?.Attributes);
                foreach (var span in scope.Spans)
                {
                    Clean(span);
                }
            }
        }

        var truncated = new AttributeTruncation(maxAttributeBytes).Apply(request.ResourceSpans);
        return (request.ToByteArray(), truncated);
    }

    private static void Clean(Span span)
    {
        Fill(span.Attributes);
        if (IsZero(span.ParentSpanId))
        {
            span.ParentSpanId = ByteString.Empty;
        }

        foreach (var item in span.Events)
        {
            Fill(item.Attributes);
        }

        foreach (var link in span.Links)
        {
            Fill(link.Attributes);
            if (IsZero(link.TraceId))
            {
                link.TraceId = ByteString.Empty;
            }

            if (IsZero(link.SpanId))
            {
                link.SpanId = ByteString.Empty;
            }
        }
    }

    private static bool IsZero(ByteString id) => !id.Span.ContainsAnyExcept((byte)0);

    private static void Fill(RepeatedField<KeyValue>? attributes)
    {
        foreach (var attribute in attributes ?? [])
        {
            attribute.Value ??= new();
            Fill(attribute.Value);
        }
    }

    private static void Fill(AnyValue value)
    {
        if (value.ValueCase == AnyValue.ValueOneofCase.KvlistValue)
        {
            Fill(value.KvlistValue.Values);
        }
        else if (value.ValueCase == AnyValue.ValueOneofCase.ArrayValue)
        {
            foreach (var item in value.ArrayValue.Values)
            {
                Fill(item);
            }
        }
    }
}
