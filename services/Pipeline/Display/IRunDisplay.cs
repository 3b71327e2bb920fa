using TempoCos.Contracts;

namespace TempoCos.Pipeline.Display;

/// <summary>Where a run is shown: a live terminal, or lines.</summary>
internal interface IRunDisplay : IAsyncDisposable
{
    void Show(RunReply reply);

    void Say(string message);
}
