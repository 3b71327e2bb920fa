using k8s;
using k8s.Models;

namespace TempoCos.Deploy.Tests;

/// <summary>The objects that <c>kubectl kustomize</c> makes of a folder.</summary>
internal static class Kustomization
{
    public static async Task<IReadOnlyList<IKubernetesObject>> BuildAsync(string folder)
    {
        var (exitCode, output, errors) = await Command.RunAsync("kubectl", new Dictionary<string, string>(), "kustomize", Path.Combine(Repository.Root, folder));
        exitCode.ShouldBe(0, errors);
        return [.. KubernetesYaml.LoadAllFromString(output).Cast<IKubernetesObject>()];
    }

    /// <summary>Pod templates by the name of what has them.</summary>
    public static IReadOnlyDictionary<string, V1PodSpec> Pods(IEnumerable<IKubernetesObject> objects) => objects
        .Select(item => item switch
        {
            V1Deployment deployment => (deployment.Metadata.Name, deployment.Spec.Template.Spec),
            V1Job job => (job.Metadata.Name, job.Spec.Template.Spec),
            _ => default((string, V1PodSpec)?),
        })
        .OfType<(string Name, V1PodSpec Pod)>()
        .ToDictionary(item => item.Name, item => item.Pod);
}
