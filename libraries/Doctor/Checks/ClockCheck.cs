namespace TempoCos.Doctor.Checks;

/// <summary>This machine's clock against the Date headers of all answers.</summary>
internal sealed class ClockCheck : StoreCheck
{
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Harmful = TimeSpan.FromMinutes(5);

    public override CheckDescription Description { get; } = new("TC207", "clock", "Comparing clocks");

    public override string Fix => "Set the clock by NTP, here and on the nodes that Tempo runs on: from 15 minutes on the store refuses every request, and blocks get wrong times before that.";

    public override Task<Finding> RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        var record = examination.Wire.Record;
        if (record.ClockOffset is not { } offset)
        {
            return Task.FromResult(Finding.Skip("no answer had a Date header"));
        }

        var off = $"{offset.Duration().TotalSeconds:0} s {(offset > TimeSpan.Zero ? "behind" : "ahead of")} the store's";
        var finding = record.ClockRefused ? Finding.Fail($"this machine's clock is {off}, which refuses requests for it; the other checks used the store's time", Fix)
            : offset.Duration() > Harmful ? Finding.Fail($"this machine's clock is {off}", Fix)
            : offset.Duration() > Noticeable ? Finding.Warn($"this machine's clock is {off}", Fix)
            : Finding.Pass("this machine's clock and the store's agree");
        return Task.FromResult(finding.With("offset_seconds", $"{offset.TotalSeconds:0.0}"));
    }
}
