using System.Reflection;

namespace TempoCos.AppHost;

/// <summary>The program that the cluster's kubelet runs for Tempo's containers.</summary>
internal static class TempoProgram
{
    private static readonly string[] OfUser = ["TEMPOCOS_TEMPO_BINARY", "TEMPOCOS_CONTAINER_ENGINE", "TEMPOCOS_TEMPO_IMAGE", "TEMPOCOS_FEATURE_GATES"];

    /// <summary>sandbox/Tempo, as built with this AppHost, and the real Tempo, when the user names one: a binary, or an image of a container engine; and what of the operator is switched on.</summary>
    public static IResourceBuilder<ProjectResource> WithTempoProgram(this IResourceBuilder<ProjectResource> cluster) => cluster.WithEnvironment(context =>
    {
        context.EnvironmentVariables["TEMPOCOS_TEMPO_PROGRAM"] = typeof(TempoProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "TempoProgram").Value!;
        foreach (var variable in OfUser)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given)
            {
                context.EnvironmentVariables[variable] = given;
            }
        }
    });
}
