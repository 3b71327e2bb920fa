namespace Aspire.Hosting.ApplicationModel;

internal sealed record CommandLineArgsCallbackAnnotation(Action<CommandLineArgsCallbackContext> Callback) : IResourceAnnotation;
