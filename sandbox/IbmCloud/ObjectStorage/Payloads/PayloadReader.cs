namespace TempoCos.IbmCloud.ObjectStorage.Payloads;

/// <summary>A body without its framing. Reading to the end verifies it: what is wrong with it is thrown, at the latest instead of the end.</summary>
public abstract class PayloadReader : IDisposable
{
    /// <summary>Bytes that come, when that is known before.</summary>
    public abstract long? Length { get; }

    /// <summary>Reads some bytes; 0 is the verified end.</summary>
    public abstract ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>A trailing header, known at the end.</summary>
    public virtual string? Trailer(string name) => null;

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    protected abstract void Release();
}
