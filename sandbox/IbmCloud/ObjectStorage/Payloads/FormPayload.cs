using TempoCos.IbmCloud.ObjectStorage.Requests;

namespace TempoCos.IbmCloud.ObjectStorage.Payloads;

/// <summary>The file of a form, which must be of an allowed length.</summary>
public sealed class FormPayload(Stream file, long shortest, long longest) : PayloadReader
{
    private long _read;

    public override long? Length => null;

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        int count;
        try
        {
            count = await file.ReadAsync(destination, cancellationToken);
        }
        catch (IOException exception) when (exception is not Microsoft.AspNetCore.Connections.ConnectionResetException)
        {
            throw S3Errors.IncompleteBody();
        }

        _read += count;
        return _read > longest ? throw S3Errors.EntityTooLarge()
            : count == 0 && _read < shortest ? throw S3Errors.EntityTooSmall()
            : count;
    }

    protected override void Release()
    {
    }
}
