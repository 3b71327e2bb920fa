using System.ComponentModel.DataAnnotations;

namespace TempoCos.TempoStackDeployer;

/// <summary>Configuration of the service: section <c>TempoCos</c>.</summary>
public sealed class DeployerOptions
{
    /// <summary>Directory of the durable state.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Home { get; set; } = "./.tempocos";

    /// <summary>How long Undeploy waits for what it deleted to be gone.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RemovalTimeout { get; set; } = TimeSpan.FromMinutes(3);
}
