/** An answer other than 200, as the service words it. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  /** `error.details.error_code`; null: the error has none. */
  readonly code: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    type: string,
    message: string,
    more: { readonly code?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = more.code ?? null;
    this.headers = more.headers ?? {};
  }

  toBody(requestId: string): unknown {
    const { type, message, code } = this;
    const details = code === null ? {} : { details: { error_code: code } };
    return { type: "error", error: { type, message, ...details }, request_id: requestId };
  }
}

export function invalid(message: string): ApiError {
  return new ApiError(400, "invalid_request_error", message);
}
