using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace TempoCos.Tempo.Http;

/// <summary>
/// Lets gRPC clients in at the HTTP port: a connection that begins as HTTP/2 does goes on to the gRPC port, all others are HTTP/1. Without TLS
/// there is nothing else to tell them apart by.
/// </summary>
public sealed class GrpcTunnel(Func<IPEndPoint> grpc)
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await BeginsAsHttp2Async(connection.Transport.Input, connection.ConnectionClosed))
        {
            await ForwardAsync(connection);
        }
        else
        {
            await next(connection);
        }
    }

    private static async Task<bool> BeginsAsHttp2Async(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var begin = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, Preface.Length)).ToArray();
            var same = Preface.AsSpan().StartsWith(begin);
            var decided = !same || begin.Length == Preface.Length || read.IsCompleted;
            // Nothing is taken: whoever goes on reads it again.
            input.AdvanceTo(read.Buffer.Start, decided ? read.Buffer.Start : read.Buffer.End);
            if (decided)
            {
                return same && begin.Length == Preface.Length;
            }
        }
    }

    private async Task ForwardAsync(ConnectionContext connection)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(grpc(), connection.ConnectionClosed);
        await using var stream = client.GetStream();
        var there = connection.Transport.Input.CopyToAsync(stream, connection.ConnectionClosed);
        var back = stream.CopyToAsync(connection.Transport.Output, connection.ConnectionClosed);
        // When one side ends, the other has nobody to talk to.
        await Task.WhenAny(there, back);
        client.Close();
        await Task.WhenAll(there, back).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
