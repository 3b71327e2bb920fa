namespace TempoCos.IbmCloud.ObjectStorage.Requests;

/// <summary>A refusal by the object store, in S3's terms.</summary>
public sealed class S3Exception(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
