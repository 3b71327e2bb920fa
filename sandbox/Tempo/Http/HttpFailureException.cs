namespace TempoCos.Tempo.Http;

/// <summary>A request that ends with this status and text.</summary>
public sealed class HttpFailureException(int status, string text) : Exception(text)
{
    public int Status { get; } = status;

    public static HttpFailureException BadRequest(string text) => new(400, text);
}
