using System.Buffers.Binary;
using Google.Protobuf;
using TempoCos.Benchmarks.Load;
using TempoCos.Otlp;
using TempoCos.TempoBlocks;

namespace TempoCos.Benchmarks.Library;

/// <summary>Encoded traces in a file, ascending by id: a source that costs a writer no memory.</summary>
internal static class TraceFile
{
    public static void Write(string path, Workload workload, int traces)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        Span<byte> length = stackalloc byte[4];
        Span<byte> id = stackalloc byte[16];
        foreach (var trace in Enumerable.Range(0, traces).OrderBy(trace => workload.Id(trace)))
        {
            var bytes = workload.Trace(trace).ToByteArray();
            workload.Id(trace).CopyTo(id);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            file.Write(id);
            file.Write(length);
            file.Write(bytes);
        }
    }

    public static IEnumerable<TraceRecord> Read(string path, int limit = int.MaxValue)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        var head = new byte[20];
        var body = new byte[1 << 16];
        for (var i = 0; i < limit && file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(16));
            if (length > body.Length)
            {
                body = new byte[length];
            }

            file.ReadExactly(body, 0, length);
            yield return new TraceRecord(TraceId16.FromBytes(head.AsSpan(0, 16)), TracesData.Parser.ParseFrom(body, 0, length));
        }
    }
}
