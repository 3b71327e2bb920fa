using k8s.KubeConfigModels;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>What a kubeconfig's context selects.</summary>
/// <param name="Name">The context.</param>
/// <param name="Cluster">Its cluster.</param>
/// <param name="User">Its user; null when it names none.</param>
/// <param name="TokenFile">The user's tokenFile, of which the library knows nothing, nor of the following.</param>
/// <param name="InteractiveMode">exec.interactiveMode; empty when not said.</param>
/// <param name="ProxyUrl">The cluster's proxy-url; empty when not said.</param>
/// <param name="ImpersonatedUid">as-uid; empty when not said.</param>
internal sealed record SelectedContext(
    string Name, Cluster Cluster, User? User, string TokenFile, string InteractiveMode, string ProxyUrl, string ImpersonatedUid);
