namespace TempoCos.IbmCloud;

/// <summary>Holds the knobs that are set now.</summary>
public sealed class KnobPanel(Knobs initial)
{
    private volatile Knobs _current = initial;

    public Knobs Current
    {
        get => _current;
        set => _current = value;
    }
}
