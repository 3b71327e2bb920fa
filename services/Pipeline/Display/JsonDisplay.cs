using TempoCos.Contracts;
using TempoCos.Pipeline.Receipts;

namespace TempoCos.Pipeline.Display;

/// <summary>One JSON document when it is over, of a run its receipt; progress goes elsewhere.</summary>
internal sealed class JsonDisplay(TextWriter output, LineDisplay progress) : IRunDisplay
{
    public void Show(RunReply reply)
    {
        progress.Show(reply);
        if (reply.Finished is { } finished)
        {
            output.WriteLine(finished.ReceiptJson.Length > 0 ? finished.ReceiptJson : DestroyedDocument.From(finished).ToJson());
        }
    }

    public void Say(string message) => progress.Say(message);

    public ValueTask DisposeAsync() => progress.DisposeAsync();
}
