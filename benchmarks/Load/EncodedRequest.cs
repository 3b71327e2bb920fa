using Google.Protobuf;
using TempoCos.TempoBlocks;

namespace TempoCos.Benchmarks.Load;

/// <summary>An export request in its wire form. Its trace ids can be replaced in place, so that sending it again costs the sender nothing.</summary>
internal sealed class EncodedRequest
{
    private readonly int[] _ends;
    private readonly int[] _idOffsets;

    private EncodedRequest(byte[] body, long firstTrace, int[] ends, int[] idOffsets) => (Body, FirstTrace, _ends, _idOffsets) = (body, firstTrace, ends, idOffsets);

    public byte[] Body { get; }

    public long FirstTrace { get; }

    public int Traces => _ends.Length;

    public int Spans => _idOffsets.Length;

    public static EncodedRequest From(Workload workload, long firstTrace, int traces)
    {
        // A request's bytes are its traces' bytes one after the other: TracesData and the request have the same single field.
        var body = new MemoryStream();
        var ends = new int[traces];
        var offsets = new List<int>(traces * Workload.SpansPerTrace);
        for (var i = 0; i < traces; i++)
        {
            var start = (int)body.Length;
            var bytes = workload.Trace(firstTrace + i).ToByteArray();
            body.Write(bytes);
            ends[i] = (int)body.Length;
            var id = workload.Id(firstTrace + i).ToByteArray();
            for (var at = bytes.AsSpan().IndexOf(id); at >= 0;)
            {
                offsets.Add(start + at);
                var next = bytes.AsSpan(at + id.Length).IndexOf(id);
                at = next < 0 ? -1 : at + id.Length + next;
            }
        }

        return offsets.Count == traces * Workload.SpansPerTrace
            ? new EncodedRequest(body.ToArray(), firstTrace, ends, [.. offsets])
            : throw new InvalidOperationException($"the request from trace {firstTrace} shows {offsets.Count} trace ids");
    }

    /// <summary>Gives every trace the id of another pass.</summary>
    public void Patch(Workload workload, int pass)
    {
        for (var i = 0; i < Traces; i++)
        {
            var id = workload.Id(FirstTrace + i, pass);
            foreach (var offset in _idOffsets.AsSpan(i * Workload.SpansPerTrace, Workload.SpansPerTrace))
            {
                id.CopyTo(Body.AsSpan(offset));
            }
        }
    }

    /// <summary>The traces, each as a TracesData message.</summary>
    public IEnumerable<(TraceId16 Id, ReadOnlyMemory<byte> Trace)> Split(Workload workload)
    {
        for (var i = 0; i < Traces; i++)
        {
            var from = i == 0 ? 0 : _ends[i - 1];
            yield return (workload.Id(FirstTrace + i), Body.AsMemory(from, _ends[i] - from));
        }
    }
}
