namespace TempoCos.Tempo.Distributor.Export;

/// <summary>The bytes are no export request.</summary>
public sealed class MalformedExportException(string message, Exception? inner = null) : Exception(message, inner)
{
    public const string Truncated = "unexpected EOF";

    public MalformedExportException()
        : this(Truncated)
    {
    }
}
