namespace TempoCos.IbmCloud.ResourceController;

/// <summary>The resource controller's error envelope.</summary>
public sealed record ResourceControllerError(string ErrorCode, string Message, int StatusCode, string TransactionId);
