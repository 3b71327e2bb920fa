using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Containers;
using TempoCos.Cluster.Kubelet.Engine;
using TempoCos.Cluster.Kubelet.Loopback;

namespace TempoCos.Cluster.Kubelet.Images;

/// <summary>
/// No registry is ever asked: an image is a program of this machine, as the options map it; an image that the container engine already has;
/// or, for the names that the operator gives Tempo's containers, sandbox/Tempo or the real Tempo.
/// </summary>
public sealed class ImageStore(ClusterOptions options, ContainerEngine engine)
{
    private const string TempoProgram = "TempoCos.Tempo";
    private static readonly string[] SandboxContainers = ["tempo", "jaeger-query", "tempo-query", "tempo-gateway", "tempo-gateway-opa"];

    /// <exception cref="ContainerException">Nothing stands for it.</exception>
    public async Task<ContainerImage> FindAsync(JsonObject container, CancellationToken cancellation)
    {
        var image = container.Text("image") ?? "";
        var reference = ImageReference.Parse(image);
        if (reference is null && image.Length > 0)
        {
            throw new ContainerException("InvalidImageName", $"Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": invalid reference format");
        }

        string[] command = [.. container.Texts("command")];
        if (reference is not null && options.Images.FirstOrDefault(one => reference.Matches(one.Pattern)) is { } mapped)
        {
            return mapped.IsMissing ? throw Missing(container, reference)
                : mapped.EngineImage is { } name ? await engine.FindImageAsync(name, cancellation) ?? throw Missing(container, reference)
                : OfProgram(command.Length > 0 ? command : Runnable(mapped.Target));
        }

        if (reference is not null && engine.IsUsed && await engine.FindImageAsync(reference.ToString(), cancellation) is { } loaded)
        {
            return loaded;
        }

        return command.Length > 0 ? OfProgram(command)
            : !SandboxContainers.Contains(container.Text("name")) ? throw Missing(container, reference)
            : container.Text("name") == "tempo" && options.TempoBinary is { Length: > 0 } real ? OfProgram(Runnable(real))
            : OfProgram([.. Runnable(Sandbox()), .. SandboxRoles.Of(container.Text("name"))]);
    }

    /// <summary>The policy as the API server defaults it.</summary>
    public static string PullPolicy(JsonObject container) =>
        container.Text("imagePullPolicy") ?? (ImageReference.Parse(container.Text("image") ?? "") is { Tag: "latest" } ? "Always" : "IfNotPresent");

    private static ContainerImage OfProgram(IReadOnlyList<string> program) => new(program, null, null);

    private static IReadOnlyList<string> Runnable(string program) => !File.Exists(program)
        ? throw new ContainerException("ErrImagePull", $"there is no program {program}: build sandbox/Tempo, or name one with --image, --tempo-program or TEMPOCOS_TEMPO_PROGRAM")
        : program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ["dotnet", program] : [program];

    private static ContainerException Missing(JsonObject container, ImageReference? reference) => PullPolicy(container) == "Never"
        ? new ContainerException("ErrImageNeverPull", $"Container image \"{container.Text("image")}\" is not present with pull policy of Never")
        : new ContainerException("ErrImagePull",
            $"rpc error: code = NotFound desc = failed to pull and unpack image \"{reference}\": failed to resolve reference \"{reference}\": {reference}: not found "
            + $"(no registry is asked here: give container {container.Text("name")} a command, or name a program for its image with --image)");

    private string Sandbox() => options.TempoProgram is { Length: > 0 } given ? given
        : Candidates().FirstOrDefault(File.Exists)
            ?? throw new ContainerException("ErrImagePull", $"there is no program {TempoProgram}: build sandbox/Tempo, or name one with --tempo-program or TEMPOCOS_TEMPO_PROGRAM");

    /// <summary>Next to this program, or in the output of sandbox/Tempo that was built as this was.</summary>
    private static IEnumerable<string> Candidates()
    {
        string[] names = OperatingSystem.IsWindows() ? [TempoProgram + ".exe", TempoProgram + ".dll"] : [TempoProgram, TempoProgram + ".dll"];
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var built = Path.Combine("bin", own.Parent?.Name ?? "", own.Name);
        var directories = new List<string> { own.FullName };
        for (var above = own.Parent; above is not null; above = above.Parent)
        {
            directories.Add(Path.Combine(above.FullName, "Tempo", built));
            directories.Add(Path.Combine(above.FullName, "sandbox", "Tempo", built));
        }

        return directories.SelectMany(directory => names.Select(name => Path.Combine(directory, name)));
    }
}
