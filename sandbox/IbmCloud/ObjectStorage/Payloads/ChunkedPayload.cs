using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TempoCos.IbmCloud.ObjectStorage.Authentication;
using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Payloads;

/// <summary>An aws-chunked body: sized chunks, each signed when there is a signer, then perhaps trailing headers.</summary>
public sealed class ChunkedPayload(Stream body, long? decodedLength, ChunkSigner? signer) : PayloadReader
{
    private const int BufferSize = 64 * 1024;
    private const int LongestLine = 4096;
    private const string SignatureParameter = "chunk-signature=";
    private const string TrailerSignature = "x-amz-trailer-signature";

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private readonly IncrementalHash? _hash = signer is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<string, string> _trailers = new(StringComparer.OrdinalIgnoreCase);
    private int _start;
    private int _end;
    private long _chunkRemaining;
    private string? _chunkSignature;
    private long _decoded;
    private bool _done;

    public override long? Length => decodedLength;

    public override string? Trailer(string name) => _trailers.GetValueOrDefault(name);

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (_done)
        {
            return 0;
        }

        if (_chunkRemaining == 0)
        {
            await ReadChunkHeaderAsync(cancellationToken);
            if (_chunkRemaining == 0)
            {
                await FinishAsync(cancellationToken);
                return 0;
            }
        }

        var count = await ReadSomeAsync(destination[..(int)Math.Min(destination.Length, _chunkRemaining)], cancellationToken);
        _hash?.AppendData(destination.Span[..count]);
        _chunkRemaining -= count;
        _decoded += count;
        if (decodedLength is { } most && _decoded > most)
        {
            throw S3Errors.IncompleteBody();
        }

        if (_chunkRemaining == 0)
        {
            VerifyChunk();
            if ((await ReadLineAsync(cancellationToken)).Length != 0)
            {
                throw S3Errors.IncompleteBody();
            }
        }

        return count;
    }

    protected override void Release()
    {
        _hash?.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private async ValueTask ReadChunkHeaderAsync(CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken);
        var semicolon = line.IndexOf(';', StringComparison.Ordinal);
        var size = semicolon < 0 ? line : line[..semicolon];
        if (!long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _chunkRemaining) || _chunkRemaining < 0)
        {
            throw S3Errors.IncompleteBody();
        }

        var at = line.IndexOf(SignatureParameter, StringComparison.Ordinal);
        _chunkSignature = at < 0 ? null : line[(at + SignatureParameter.Length)..].Trim();
    }

    private void VerifyChunk()
    {
        if (_hash is not null)
        {
            signer!.VerifyChunk(Convert.ToHexStringLower(_hash.GetHashAndReset()), _chunkSignature);
        }
    }

    private async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        VerifyChunk();
        var signed = new StringBuilder();
        while (await ReadTrailerLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw S3Errors.InvalidRequest("A trailing header is malformed.");
            }

            var (name, value) = (line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim());
            _trailers[name] = value;
            if (name != TrailerSignature)
            {
                signed.Append(name).Append(':').Append(value).Append('\n');
            }
        }

        if (signer is not null && _trailers.Count > 0)
        {
            signer.VerifyTrailer(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(signed.ToString()))), _trailers.GetValueOrDefault(TrailerSignature));
        }

        if (decodedLength is { } expected && _decoded != expected)
        {
            throw S3Errors.IncompleteBody();
        }

        _done = true;
    }

    /// <summary>A trailing header line; null at the end of the body, which some clients do not close by an empty line.</summary>
    private async ValueTask<string?> ReadTrailerLineAsync(CancellationToken cancellationToken) =>
        _start == _end && !await FillAsync(cancellationToken) ? null : await ReadLineAsync(cancellationToken);

    private async ValueTask<int> ReadSomeAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (_start < _end)
        {
            var count = Math.Min(destination.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(destination.Span);
            _start += count;
            return count;
        }

        var read = await body.ReadAsync(destination, cancellationToken);
        return read > 0 ? read : throw S3Errors.IncompleteBody();
    }

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, newline).TrimEnd('\r');
                _start += newline + 1;
                return line;
            }

            if (_end - _start > LongestLine || !await FillAsync(cancellationToken))
            {
                throw S3Errors.IncompleteBody();
            }
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        var count = await body.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        return count > 0;
    }
}
