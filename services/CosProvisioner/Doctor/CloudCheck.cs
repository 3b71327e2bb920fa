using TempoCos.Doctor;

namespace TempoCos.CosProvisioner.Doctor;

/// <summary>One question to the cloud account. A diagnostic that it meets is a finding under the diagnostic's own code.</summary>
internal abstract class CloudCheck
{
    public abstract CheckDescription Description { get; }

    /// <summary>What keeps it from being asked does not keep a run from its work.</summary>
    public virtual bool IsAdvisory => false;

    public abstract Task<Finding> RunAsync(CloudExamination examination, CancellationToken cancellationToken);
}
