using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Json;
using TempoCos.Cluster.Kubelet.Loopback;

namespace TempoCos.Cluster.Kubelet.Containers;

/// <summary>There are no images here: which program of this machine a container stands for.</summary>
public sealed class ContainerPrograms(ClusterOptions options)
{
    private const string Tempo = "tempo";
        private const string TempoProgram = "TempoCos.Tempo";

    /// <summary>The program and the arguments that come before the container's own.</summary>
    public (string Program, IReadOnlyList<string> Before) Find(JsonObject container)
    {
        string[] command = [.. container.Texts("command")];
        if (command.Length > 0)
        {
            return (command[0], command[1..]);
        }

        var program = container.Text("name") switch
        {
            Tempo => options.TempoBinary is { Length: > 0 } real ? real : Sandbox(),
            "jaeger-query" or "tempo-query" or "tempo-gateway" or "tempo-gateway-opa" => Sandbox(),
            var name => throw new ContainerException("ErrImageNeverPull",
                $"this cluster pulls no images: container {name} has neither a command nor the name of a program that it knows"),
        };
        return !File.Exists(program) ? throw Missing(program)
            : program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ("dotnet", [program, .. SandboxRoles.Of(container.Text("name"))])
            : (program, SandboxRoles.Of(container.Text("name")));
    }

    private static ContainerException Missing(string program) =>
        new("ErrImageNeverPull", $"there is no program {program}: build sandbox/Tempo, or name one with --tempo-program or TEMPOCOS_TEMPO_PROGRAM");

    private string Sandbox() =>
        options.TempoProgram is { Length: > 0 } given ? given : Candidates().FirstOrDefault(File.Exists) ?? throw Missing(TempoProgram);

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
