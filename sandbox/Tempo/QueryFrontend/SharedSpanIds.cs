using System.Buffers.Binary;
using Google.Protobuf;
using TempoCos.Otlp;
using Kind = TempoCos.Otlp.Span.Types.SpanKind;

namespace TempoCos.Tempo.QueryFrontend;

/// <summary>
/// Zipkin lets client and server share one span id. The server's span gets a small id of its own, becomes the client's child and takes the
/// children along, as Tempo answers it.
/// </summary>
public static class SharedSpanIds
{
    /// <summary>The trace as clients see it; it is not changed itself, since others may hold it too.</summary>
    public static TracesData Resolved(TracesData trace)
    {
        if (!HasShared(trace))
        {
            return trace;
        }

        trace = trace.Clone();
        var spans = Spans(trace).ToList();
        var clients = spans.Where(span => span.Kind == Kind.Client).Select(span => span.SpanId).ToHashSet();
        var shared = spans.Where(span => span.Kind == Kind.Server && clients.Contains(span.SpanId)).ToList();
        var taken = spans.Select(span => span.SpanId).ToHashSet();
        ulong next = 0;
        foreach (var server in shared)
        {
            var common = server.SpanId;
            var fresh = Next();
            foreach (var child in spans.Where(span => span.ParentSpanId == common && !ReferenceEquals(span, server)))
            {
                child.ParentSpanId = fresh;
            }

            server.SpanId = fresh;
            server.ParentSpanId = common;
        }

        return trace;

        ByteString Next()
        {
            while (true)
            {
                var bytes = new byte[8];
                BinaryPrimitives.WriteUInt64BigEndian(bytes, ++next);
                if (taken.Add(UnsafeByteOperations.UnsafeWrap(bytes)))
                {
                    return UnsafeByteOperations.UnsafeWrap(bytes);
                }
            }
        }
    }

    private static bool HasShared(TracesData trace)
    {
        HashSet<ByteString>? clients = null;
        foreach (var span in Spans(trace))
        {
            if (span.Kind == Kind.Client)
            {
                (clients ??= []).Add(span.SpanId);
            }
        }

        return clients is not null && Spans(trace).Any(span => span.Kind == Kind.Server && clients.Contains(span.SpanId));
    }

    private static IEnumerable<Span> Spans(TracesData trace) => trace.ResourceSpans.SelectMany(batch => batch.ScopeSpans).SelectMany(scope => scope.Spans);
}
