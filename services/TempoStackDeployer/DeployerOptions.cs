using System.ComponentModel.DataAnnotations;

namespace TempoCos.TempoStackDeployer;

/// <summary>Configuration of the service: sections <c>TempoCos</c> and <c>Kubernetes</c>, and the standard KUBECONFIG.</summary>
public sealed class DeployerOptions
{
    /// <summary>Directory of the durable state.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Home { get; set; } = "./.tempocos";

    /// <summary>Paths of kubeconfig files, as kubectl takes them.</summary>
    public string? KubeConfig { get; set; }

    /// <summary>Context of the kubeconfig; its current context when empty.</summary>
    public string? Context { get; set; }

    /// <summary>How long Undeploy waits for what it deleted to be gone.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RemovalTimeout { get; set; } = TimeSpan.FromMinutes(3);
}
