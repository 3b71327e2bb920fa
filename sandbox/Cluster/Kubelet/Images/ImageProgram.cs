using TempoCos.Contracts;

namespace TempoCos.Cluster.Kubelet.Images;

/// <summary>
/// What stands for the images whose name matches a glob: <c>PATTERN=PROGRAM</c>, a program of this machine; <c>PATTERN=docker:IMAGE</c>,
/// an image of the container engine; <c>PATTERN=none</c>, nothing, as in a registry that does not have it.
/// </summary>
/// <param name="Pattern">Glob over an image's name without tag and digest.</param>
/// <param name="Target">What follows the equals sign.</param>
public sealed record ImageProgram(string Pattern, string Target)
{
    private const string EnginePrefix = "docker:";
    private const string TempoImage = "docker.io/grafana/tempo";

    public bool IsMissing => Target == "none";

    public string? EngineImage => Target.StartsWith(EnginePrefix, StringComparison.Ordinal) ? Target[EnginePrefix.Length..] : null;

    /// <summary>The engine's image for Tempo's own, when one is named.</summary>
    public static IEnumerable<ImageProgram> OfTempo(string? image) => image is { Length: > 0 } ? [new ImageProgram(TempoImage, EnginePrefix + image)] : [];

    public static ImageProgram Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && equals < text.Length - 1 && text[(equals + 1)..] != EnginePrefix
            ? new ImageProgram(text[..equals], text[(equals + 1)..])
            : throw new DiagnosticException("TC938", text, "--image is not PATTERN=PROGRAM, PATTERN=docker:IMAGE or PATTERN=none",
                "Write it as in --image 'docker.io/grafana/tempo=/usr/local/bin/tempo'.");
    }
}
