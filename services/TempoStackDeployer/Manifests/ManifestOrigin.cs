namespace TempoCos.TempoStackDeployer.Manifests;

/// <summary>Where a document of a manifest begins.</summary>
/// <param name="File">Name of the file; empty where the manifest is one text.</param>
/// <param name="Document">Counted from 1 in the file.</param>
/// <param name="Line">Counted from 1 in the file.</param>
internal sealed record ManifestOrigin(string File, int Document, long Line)
{
    public override string ToString() => $"{Place}, line {Line}";

    /// <summary>The same document, another place in it.</summary>
    public string At(long line, long column) => $"{Place}, line {line}, column {column}";

    private string Place => File.Length > 0 ? $"{File}, document {Document}" : $"document {Document}";
}
