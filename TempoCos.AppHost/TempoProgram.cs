using System.Reflection;

namespace TempoCos.AppHost;

/// <summary>The program that the cluster's kubelet runs for Tempo's containers.</summary>
internal static class TempoProgram
{
    private const string RealTempo = "TEMPOCOS_TEMPO_BINARY";

    /// <summary>sandbox/Tempo, as built with this AppHost, and the real Tempo, when the user names one.</summary>
    public static IResourceBuilder<ProjectResource> WithTempoProgram(this IResourceBuilder<ProjectResource> cluster) => cluster.WithEnvironment(context =>
    {
        context.EnvironmentVariables["TEMPOCOS_TEMPO_PROGRAM"] = typeof(TempoProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "TempoProgram").Value!;
        if (Environment.GetEnvironmentVariable(RealTempo) is { Length: > 0 } real)
        {
            context.EnvironmentVariables[RealTempo] = real;
        }
    });
}
