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
    public static void Resolve(TracesData trace)
    {
        var spans = trace.ResourceSpans.SelectMany(batch => batch.ScopeSpans).SelectMany(scope => scope.Spans).ToList();
        var clients = spans.Where(span => span.Kind == Kind.Client).Select(span => span.SpanId).ToHashSet();
        var shared = spans.Where(span => span.Kind == Kind.Server && clients.Contains(span.SpanId)).ToList();
        if (shared.Count == 0)
        {
            return;
        }

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
}
