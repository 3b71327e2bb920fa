namespace TempoCos.Doctor;

/// <summary>One question to an object store. It works on keys of its own, so that nothing that befalls them disturbs another check.</summary>
internal abstract class StoreCheck
{
    protected static readonly StoreRight[] ReadAndWrite = [StoreRight.Write, StoreRight.Read, StoreRight.List, StoreRight.Delete];

    public abstract CheckDescription Description { get; }

    /// <summary>Without these it is not asked.</summary>
    public virtual IReadOnlyList<StoreRight> Needs => [];

    /// <summary>For an answer that nobody expected.</summary>
    public abstract string Fix { get; }

    public abstract Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken);

    protected string Key(Examination examination, string suffix) => examination.Canary.Key($"{Description.Name}-{suffix}");
}
