namespace TempoCos.Cluster.Api.Admission.Webhooks;

/// <summary>A webhook that cannot be asked, or whose answer is none.</summary>
public sealed class WebhookException(string message, Exception? inner = null) : Exception(message, inner);
