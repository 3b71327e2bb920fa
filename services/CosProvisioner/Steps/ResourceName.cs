namespace TempoCos.CosProvisioner.Steps;

/// <param name="Derived">Made of prefix and run id, so that whatever carries it belongs to the run.</param>
internal sealed record ResourceName(string Value, bool Derived)
{
    public static ResourceName From(string @explicit, string derived) =>
        @explicit.Length > 0 ? new(@explicit, Derived: @explicit == derived) : new(derived, Derived: true);

    public override string ToString() => Value;
}
