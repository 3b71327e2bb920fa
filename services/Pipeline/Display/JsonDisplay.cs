using TempoCos.Contracts;

namespace TempoCos.Pipeline.Display;

/// <summary>One JSON document, the receipt, when the run is over; progress goes elsewhere.</summary>
internal sealed class JsonDisplay(TextWriter output, LineDisplay progress) : IRunDisplay
{
    public void Show(RunReply reply)
    {
        progress.Show(reply);
        if (reply.Finished is { ReceiptJson.Length: > 0 } finished)
        {
            output.WriteLine(finished.ReceiptJson);
        }
    }

    public void Say(string message) => progress.Say(message);

    public ValueTask DisposeAsync() => progress.DisposeAsync();
}
