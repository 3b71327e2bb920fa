using TempoCos.Doctor;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis;

/// <summary>One question to what is known of a TempoStack.</summary>
internal abstract class StackCheck
{
    public abstract CheckDescription Description { get; }

    public abstract Finding Examine(StackFacts facts);
}
