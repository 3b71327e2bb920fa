namespace Aspire.Hosting.ApplicationModel;

/// <summary>The arguments of a process that is about to start.</summary>
public sealed class CommandLineArgsCallbackContext
{
    /// <summary>Strings and <see cref="IValueProvider"/>s.</summary>
    public IList<object> Args { get; } = [];
}
